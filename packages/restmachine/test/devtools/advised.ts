import { type Checkable, checkApplication, type RuleName } from 'restmachine/check'

/** The messages of one rule about an application. */
export function messagesOf(rule: RuleName, app: Checkable): readonly string[] {
  return checkApplication(app).flatMap((advice) => (advice.rule === rule ? advice.message : []))
}
