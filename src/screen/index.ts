// What is on the screen: pictures and PNG files, text by exact glyphs or OCR, elements by how they look.
export * from './picture.js';
export * from './png.js';
