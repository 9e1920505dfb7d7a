import { defineConfig } from 'rolldown';

const names = { function: true, class: true };

// core.js holds everything. The entry points beside it are a few lines each and share it, so that a program that uses
// two of them has one resolver.
export default defineConfig({
  input: { index: 'src/index.ts', promises: 'src/promises.ts', register: 'src/register.ts' },
  platform: 'node',
  external: ['@doubao/resolver-doh', '@doubao/resolver-health', '@doubao/resolver-native'],
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    chunkFileNames: 'core.js',
    // V8 reads every character at each start: without comments and long names of local variables it takes 1 ms less, and
    // without characters beyond ASCII a string of half the size. Lines and the names of functions stay, for stack traces.
    comments: { annotation: true, jsdoc: false, legal: false },
    minify: {
      compress: { keepNames: names },
      mangle: { toplevel: false, keepNames: names },
      codegen: { removeWhitespace: false, asciiOnly: true },
    },
  },
});
