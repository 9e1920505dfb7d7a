declare module 'lookup-dns-cache' {
  export const lookup: (hostname: string, ...rest: readonly unknown[]) => unknown;
}
