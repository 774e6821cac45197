/**
 * The files of a new project.
 *
 * @param name The name of its package.
 * @param version The version of restmachine that it uses.
 */
export function projectFiles(name: string, version: string): Readonly<Record<string, string>> {
  return {
    'app.ts': APP,
    'test/app.test.ts': TEST,
    'restmachine.config.ts': CONFIG,
    'package.json': packageOf(name, version),
    'tsconfig.json': TSCONFIG,
    'README.md': readme(name),
    '.gitignore': 'node_modules/\n',
  }
}

const APP = `import { HttpError, RestApplication } from 'restmachine'

interface Note {
  readonly text: string
  readonly version: number
}

export function createApp() {
  const notes = new Map<string, Note>([['hello', { text: 'Hello, world', version: 1 }]])

  return (
    new RestApplication({ development: process.env.NODE_ENV === 'development' })
      .get('/', () => ({ notes: [...notes.keys()] }), { etag: 'auto' })

      // undefined is 404; below, a note is there. GET, HEAD and If-None-Match follow from these lines.
      .resource('/notes/{id}', (resource) =>
        resource
          .resourceExists('note', ({ id }) => notes.get(id))
          .etag(({ note }) => note.version)
          .get(({ note }) => note)
          .delete(({ id }) => void notes.delete(id)),
      )

      .put('/notes/{id}', ({ id, jsonBody }) => {
        const { text } = Object(jsonBody) as { text?: unknown }
        if (typeof text !== 'string') throw new HttpError(422, 'A note needs a text')
        const note = { text, version: (notes.get(id)?.version ?? 0) + 1 }
        notes.set(id, note)
        return note
      })
  )
}

export const app = createApp()
`

const TEST = `import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../app.ts'

test('a note that is put can be read', async () => {
  const app = createApp()
  const body = JSON.stringify({ text: 'Buy milk' })
  const headers = { 'content-type': 'application/json' }
  const put = await app.fetch(new Request('http://localhost/notes/1', { method: 'PUT', headers, body }))
  assert.equal(put.status, 200)
  const got = await app.fetch(new Request('http://localhost/notes/1'))
  assert.deepEqual(await got.json(), { text: 'Buy milk', version: 1 })
})

test('a note that is not there is 404', async () => {
  const response = await createApp().fetch(new Request('http://localhost/notes/none'))
  assert.equal(response.status, 404)
})

test('a client that knows the note is told 304', async () => {
  const headers = { 'if-none-match': '"1"' }
  const response = await createApp().fetch(new Request('http://localhost/notes/hello', { headers }))
  assert.equal(response.status, 304)
})
`

const CONFIG = `import { defineConfig } from 'restmachine/node'

// Flags and the environment go before this file: restmachine serve --port 3000, PORT=3000.
export default defineConfig({
  port: 8000,
})
`

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2024", "dom", "dom.iterable", "dom.asynciterable"],
    "module": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUncheckedIndexedAccess": true,
    "verbatimModuleSyntax": true,
    "erasableSyntaxOnly": true,
    "allowImportingTsExtensions": true,
    "skipLibCheck": true,
    "noEmit": true
  },
  "include": ["*.ts", "test"]
}
`

function packageOf(name: string, version: string): string {
  const content = {
    name,
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: {
      dev: 'restmachine dev',
      start: 'restmachine serve',
      test: 'node --test "test/**/*.test.ts"',
      types: 'tsc',
      check: 'restmachine check',
    },
    dependencies: { restmachine: `^${version}` },
    devDependencies: { '@types/node': '^24.13.3', typescript: '^7.0.2' },
  }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

function readme(name: string): string {
  return `# ${name}

\`\`\`sh
npm install
npm run dev       # serves app.ts, and starts again when a file has changed
npm test
npm run types     # what the compiler says
npm run check     # what the declaration could do better
npm start         # serves
\`\`\`

Try it:

\`\`\`sh
curl -i localhost:8000/notes/hello
curl -i localhost:8000/notes/hello -H 'If-None-Match: "1"'
npx restmachine explain GET /notes/hello -H 'If-None-Match: "1"'
\`\`\`
`
}
