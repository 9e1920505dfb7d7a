import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { a, answer, byType, nodata, startDnsServer, type DnsServer } from '@doubao/resolver-testbed';
import { nodes } from '../nodes.ts';
import { createProject, type Project } from './project.ts';
import { report } from './run.ts';

let server: DnsServer;
let project: Project;

/** Neither its agent nor anything else is reached from here. */
const silentTracer = {
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
  DD_CRASHTRACKING_ENABLED: 'false',
  DD_RUNTIME_METRICS_ENABLED: 'false',
};

beforeAll(async () => {
  server = await startDnsServer({
    onQuery: () => byType({ A: answer(a('192.0.2.1', 3600)), AAAA: nodata() }),
  });
  project = createProject();
  for (const name of ['@opentelemetry/instrumentation-dns', '@opentelemetry/sdk-trace-base', 'dd-trace']) {
    project.link(name);
  }
  for (const name of ['opentelemetry.mjs', 'dd-trace.cjs']) project.program(name);
});
afterAll(async () => {
  project[Symbol.dispose]();
  await server.close();
});

describe.each(nodes)('on Node $version', (node) => {
  test("OpenTelemetry's instrumentation makes one span of each lookup, and outlives us", async () => {
    const input = ['opentelemetry.mjs', `udp://${server.endpoint}`];
    expect(await report(node, input, { cwd: project.folder })).toBe('done');
  });

  test.each(['ours', 'dd-trace'])('dd-trace, where %s comes first', async (first) => {
    const input = ['dd-trace.cjs', `udp://${server.endpoint}`, first];
    expect(await report(node, input, { cwd: project.folder, env: silentTracer })).toBe('done');
  });
});
