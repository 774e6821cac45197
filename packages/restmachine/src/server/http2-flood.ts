import { constants, type ServerHttp2Session } from 'node:http2'

/** How many pings and settings a client may send in each second. */
const MOST = 1_000

/**
 * Closes a session whose client sends nothing but work: each ping and each frame of settings has to be answered (RFC
 * 9113 §10.5).
 */
export function limitFrames(session: ServerHttp2Session): void {
  let count = 0
  let since = 0

  function note(): void {
    const now = performance.now()
    if (now - since > 1_000) {
      since = now
      count = 0
    }
    if (++count === MOST + 1) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }
  session.on('ping', note)
  session.on('remoteSettings', note)
}
