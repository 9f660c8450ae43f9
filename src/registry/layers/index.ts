/** Files in an image without pulling it. */
export { createLayerReader } from './reader.ts';
export type { FileContents, FindOptions, LayerReader, LayerReaderOptions, PathPresence } from './reader.ts';
export type { LayerLimits } from './limits.ts';
export type { Attestation } from './sbom.ts';
export { createMemoryNotes } from './notes.ts';
export type { Notes } from './notes.ts';
