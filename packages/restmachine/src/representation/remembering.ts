/** How many values of a field are remembered; clients choose them, so the number is bounded. */
export const MAX_REMEMBERED = 100

/** The longest value of a field that is remembered: browsers send up to 200 characters. */
export const MAX_REMEMBERED_LENGTH = 256

/** A function of the value of a field that remembers what it gave: most clients send what others have sent. */
export function remembering<Chosen>(choose: (field: string) => Chosen): (field: string) => Chosen {
  const remembered = new Map<string, Chosen>()
  return (field) => {
    const known = remembered.get(field)
    if (known !== undefined || remembered.has(field)) return known as Chosen
    const chosen = choose(field)
    if (field.length > MAX_REMEMBERED_LENGTH) return chosen
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    remembered.set(field, chosen)
    return chosen
  }
}
