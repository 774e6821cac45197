/** The queue between s16-durable-jobs.ts and its workers. */
export const QUEUE = 'mail'

/** What can be asked for, and with what. */
export type MailJobs = { readonly welcome: { readonly email: string } }
