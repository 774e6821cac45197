import type { Readable } from 'node:stream'
import { NodeExchange } from './node-exchange.ts'
import type { Http2Incoming } from './node-http2-incoming.ts'
import type { Http2Outgoing } from './node-http2-outgoing.ts'

/** The exchange of a request of HTTP/2. */
export class Http2Exchange extends NodeExchange<Http2Incoming, Http2Outgoing> {
  // Content is announced by a head that does not end the stream (RFC 9113 §8.1).
  protected override get announcesContent(): boolean {
    return !this.incoming.stream.endAfterHeaders
  }

  /** A stream gives nothing before it is asked to: there is nothing to take in first. */
  override get hasSmallContent(): boolean {
    return false
  }

  protected override get source(): Readable {
    return this.incoming.stream
  }

  protected override get endsByItself(): boolean {
    return this.announcesContent && this.header('content-length') === undefined
  }
}
