// What is on the screen: pictures and PNG files, text by exact glyphs or OCR, elements by how they look.
export * from './picture.js';
export * from './png.js';
export { type Glyph, type GlyphAtlas, parseGlyphs } from './glyphs.js';
export { type ReadText, type TextPart } from './text.js';
export * from './console.js';
export * from './runs.js';
export * from './ocr.js';
export * from './read-text.js';
export * from './elements/index.js';
