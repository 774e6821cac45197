import { type } from 'arktype'
import type { StandardSchema } from 'restmachine'
import * as v from 'valibot'
import { z } from 'zod'

/** What each library is to describe; the outputs are the same in all of them. */
export interface Schemas {
  readonly body: StandardSchema<NewUser>
  readonly query: StandardSchema<{ page: number; tag: string[] }>
  readonly path: StandardSchema<{ userId: number }>
  readonly id: StandardSchema<number>
  readonly headers: StandardSchema<{ 'x-api-version': number }>
  readonly cookies: StandardSchema<{ theme: 'dark' | 'light' }>
  readonly form: StandardSchema<{ name: string; age: number }>
  readonly result: StandardSchema<{ id: number; name: string }>
}

export interface NewUser {
  name: string
  tags: string[]
  address: { city: string }
  'a/b': { 'c~d': number }
}

const one = (text: string): string[] => [text]

const digits = z.string().regex(/^\d+$/).transform(Number)
const zod: Schemas = {
  body: z.object({
    name: z.string().min(1),
    tags: z.array(z.string()),
    address: z.object({ city: z.string().min(1) }),
    'a/b': z.object({ 'c~d': z.number() }),
  }),
  query: z.object({
    page: z.coerce.number().int().min(1),
    tag: z.union([z.array(z.string()), z.string().transform(one)]),
  }),
  path: z.object({ userId: digits }),
  id: digits,
  headers: z.object({ 'x-api-version': digits }),
  cookies: z.object({ theme: z.enum(['dark', 'light']) }),
  form: z.object({ name: z.string().min(1), age: digits }),
  result: z.object({ id: z.number(), name: z.string() }),
}

const numeric = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))
const valibot: Schemas = {
  body: v.object({
    name: v.pipe(v.string(), v.minLength(1)),
    tags: v.array(v.string()),
    address: v.object({ city: v.pipe(v.string(), v.minLength(1)) }),
    'a/b': v.object({ 'c~d': v.number() }),
  }),
  query: v.object({
    page: v.pipe(v.string(), v.transform(Number), v.integer(), v.minValue(1)),
    tag: v.union([v.array(v.string()), v.pipe(v.string(), v.transform(one))]),
  }),
  path: v.object({ userId: numeric }),
  id: numeric,
  headers: v.object({ 'x-api-version': numeric }),
  cookies: v.object({ theme: v.picklist(['dark', 'light']) }),
  form: v.object({ name: v.pipe(v.string(), v.minLength(1)), age: numeric }),
  result: v.object({ id: v.number(), name: v.string() }),
}

const integer = type('string.integer.parse')
const arktype: Schemas = {
  body: type({
    '+': 'delete',
    name: 'string > 0',
    tags: 'string[]',
    address: { city: 'string > 0' },
    'a/b': { 'c~d': 'number' },
  }),
  query: type({
    page: type('string.integer.parse').to('number >= 1'),
    tag: type('string[]').or(type('string').pipe(one)),
  }),
  path: type({ userId: integer }),
  id: integer,
  headers: type({ '+': 'delete', 'x-api-version': integer }),
  cookies: type({ theme: "'dark' | 'light'" }),
  form: type({ name: 'string > 0', age: integer }),
  result: type({ '+': 'delete', id: 'number', name: 'string' }),
}

/** The same schemas, as each library that follows Standard Schema writes them. */
export const libraries: readonly (readonly [name: string, schemas: Schemas])[] = [
  ['zod', zod],
  ['valibot', valibot],
  ['arktype', arktype],
]
