// What Vite makes of an import that ends in ?raw: the file's text.
declare module '*?raw' {
  const text: string;
  export default text;
}
