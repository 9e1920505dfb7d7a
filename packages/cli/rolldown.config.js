import { defineConfig } from 'rolldown';

export default defineConfig({
  input: { 'doubao-resolver': 'src/main.ts' },
  // The testbed is not published: what the demo uses of it goes into the bundle.
  external: ['@doubao/resolver'],
  platform: 'node',
  transform: { target: 'node20' },
  output: { dir: 'dist', format: 'esm', sourcemap: true, banner: '#!/usr/bin/env node' },
});
