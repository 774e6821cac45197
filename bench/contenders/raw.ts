import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { announce } from './announce.ts'
import { bareListener, type Writer } from './bare.ts'

// What most people write: headers as an object, the length counted.
const write: Writer = {
  json(response, status, body) {
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(body)
  },
  jsonTagged(response, etag, body) {
    const length = Buffer.byteLength(body)
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': length, ETag: etag })
    response.end(body)
  },
  notModified(response, etag) {
    response.writeHead(304, { ETag: etag })
    response.end()
  },
  chosen(response, type, etag, body) {
    const length = Buffer.byteLength(body)
    response.writeHead(200, { 'Content-Type': type, 'Content-Length': length, ETag: etag, Vary: 'Accept' })
    response.end(body)
  },
  chosenNotModified(response, etag) {
    response.writeHead(304, { ETag: etag, Vary: 'Accept' })
    response.end()
  },
  challenge(response, body) {
    const length = Buffer.byteLength(body)
    const type = 'application/json'
    response.writeHead(401, { 'Content-Type': type, 'Content-Length': length, 'WWW-Authenticate': 'Bearer' })
    response.end(body)
  },
}

const server = createServer(bareListener(write))
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port))
