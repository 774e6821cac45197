// What `serveWorkers` runs in each process; not for import.
export { workerNumber } from './server/workers-process.ts'
