/** undici's class without its index, which has no type declarations of its own. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}
