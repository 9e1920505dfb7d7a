/** Names of platforms, as the addon's files and packages carry them: `linux-x64-gnu`, `darwin-arm64`. */

const SUPPORTED: ReadonlySet<string> = new Set([
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
]);

/** Whether an addon is published for this platform. */
export function isSupported(target: string): boolean {
  return SUPPORTED.has(target);
}

/** The targets whose addon may be the right one here; Linux has one for each C library. */
export function candidateTargets(
  platform: string = process.platform,
  architecture: string = process.arch,
): readonly string[] {
  const target = `${platform}-${architecture}`;
  return platform === 'linux' ? [`${target}-gnu`, `${target}-musl`] : [target];
}

/** This platform's target. Takes 5 ms on Linux, where it asks Node for a report. */
export function hostTarget(): string {
  const [first = '', second] = candidateTargets();
  return second !== undefined && runsOnMusl() ? second : first;
}

/** What is used of Node's report; the types of Node 20 know no `excludeNetwork`. */
interface Report {
  excludeNetwork: boolean;
  getReport(): { readonly header: { readonly glibcVersionRuntime?: string } };
}

/** glibc's version is in the header of Node's report; musl has none. Runtimes without reports come with glibc. */
function runsOnMusl(): boolean {
  const report = process.report as unknown as Report | undefined;
  if (report === undefined) return false;
  // Else it would look up the names of this machine's addresses.
  const before = report.excludeNetwork;
  report.excludeNetwork = true;
  const { header } = report.getReport();
  report.excludeNetwork = before;
  return header.glibcVersionRuntime === undefined;
}
