export { type PatchParsers, patches } from './application/patches.ts'
export { applyJsonPatch, type JsonPatchLimits } from './representation/json-patch.ts'
export { applyMergePatch } from './representation/merge-patch.ts'
