/** Tells the bench the port, and leaves when the bench has left: also when it was killed. */
export function announce(port: number): void {
  process.stdout.write(`${port}\n`)
  process.stdin.resume().on('end', () => process.exit())
}
