import { defineConfig } from 'rolldown';

export default defineConfig({
  input: 'src/index.ts',
  // For no platform in particular: nothing here touches one.
  platform: 'neutral',
  output: { dir: 'dist', format: 'esm', sourcemap: true },
});
