import type { NodeListenerOptions } from '../adapters/node-answering.ts'
import { type Http2Listener, toHttp2Listener } from '../adapters/node-http2.ts'
import type { TakeHttp2 } from './graceful-server.ts'
import { http2Sessions, type SessionSetting } from './http2-sessions.ts'
import type { Listener } from './trust-proxy.ts'

/**
 * Makes what speaks HTTP/2. Nothing else loads it: who does not want it does not pay for it.
 *
 * @param around Puts around a listener what stands around those of HTTP/1.1.
 */
export function http2(
  listening: NodeListenerOptions,
  around: (listener: Listener) => Listener,
  setting: Omit<SessionSetting, 'listener'>,
): TakeHttp2 {
  const listener = toHttp2Listener(listening, setting.settings.maxHeaderSize)
  // Its messages have the face of those of `node:http` as far as anybody looks.
  const watched = around(listener as unknown as Listener) as unknown as Http2Listener
  return http2Sessions({ ...setting, listener: watched })
}
