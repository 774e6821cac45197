import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from './announce.ts'
import { bareListener, type Writer } from './bare.ts'

// The same application with the public levers of node:http: flat header arrays, and no stream
// machinery for requests without a body (Node >= 24.12; older ones ignore the option).
const write: Writer = {
  json(response, status, body) {
    const length = String(Buffer.byteLength(body))
    response.writeHead(status, ['Content-Type', 'application/json', 'Content-Length', length])
    response.end(body)
  },
  jsonTagged(response, etag, body) {
    const length = String(Buffer.byteLength(body))
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', length, 'ETag', etag])
    response.end(body)
  },
  notModified(response, etag) {
    response.writeHead(304, ['ETag', etag])
    response.end()
  },
  chosen(response, type, etag, body) {
    const length = String(Buffer.byteLength(body))
    const headers = ['Content-Type', type, 'Content-Length', length, 'ETag', etag, 'Vary', 'Accept']
    response.writeHead(200, headers)
    response.end(body)
  },
  chosenNotModified(response, etag) {
    response.writeHead(304, ['ETag', etag, 'Vary', 'Accept'])
    response.end()
  },
  challenge(response, body) {
    const length = String(Buffer.byteLength(body))
    const headers = ['Content-Type', 'application/json', 'Content-Length', length]
    response.writeHead(401, [...headers, 'WWW-Authenticate', 'Bearer'])
    response.end(body)
  },
}

const server = createServer({ optimizeEmptyRequests: true, keepAlive: true }, bareListener(write))
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
