/** `node:dns/promises` on the default resolver. */
import { type DnsPromisesNamespace, promises } from './index.ts';

export const Resolver: DnsPromisesNamespace['Resolver'] = promises.Resolver;
export const getServers: DnsPromisesNamespace['getServers'] = promises.getServers;
export const lookup: DnsPromisesNamespace['lookup'] = promises.lookup;
export const resolve: DnsPromisesNamespace['resolve'] = promises.resolve;
export const resolve4: DnsPromisesNamespace['resolve4'] = promises.resolve4;
export const resolve6: DnsPromisesNamespace['resolve6'] = promises.resolve6;
export const resolveAny: DnsPromisesNamespace['resolveAny'] = promises.resolveAny;
export const resolveCaa: DnsPromisesNamespace['resolveCaa'] = promises.resolveCaa;
export const resolveCname: DnsPromisesNamespace['resolveCname'] = promises.resolveCname;
export const resolveHttps: DnsPromisesNamespace['resolveHttps'] = promises.resolveHttps;
export const resolveMx: DnsPromisesNamespace['resolveMx'] = promises.resolveMx;
export const resolveNaptr: DnsPromisesNamespace['resolveNaptr'] = promises.resolveNaptr;
export const resolveNs: DnsPromisesNamespace['resolveNs'] = promises.resolveNs;
export const resolvePtr: DnsPromisesNamespace['resolvePtr'] = promises.resolvePtr;
export const resolveSoa: DnsPromisesNamespace['resolveSoa'] = promises.resolveSoa;
export const resolveSrv: DnsPromisesNamespace['resolveSrv'] = promises.resolveSrv;
export const resolveSvcb: DnsPromisesNamespace['resolveSvcb'] = promises.resolveSvcb;
export const resolveTlsa: DnsPromisesNamespace['resolveTlsa'] = promises.resolveTlsa;
export const resolveTxt: DnsPromisesNamespace['resolveTxt'] = promises.resolveTxt;
export const reverse: DnsPromisesNamespace['reverse'] = promises.reverse;
export const setServers: DnsPromisesNamespace['setServers'] = promises.setServers;

/** `node:dns/promises` with the functions above. */
export default promises;

export {
  ADDRGETNETWORKPARAMS,
  BADFAMILY,
  BADFLAGS,
  BADHINTS,
  BADNAME,
  BADQUERY,
  BADRESP,
  BADSTR,
  CANCELLED,
  CONNREFUSED,
  DESTRUCTION,
  EOF,
  FILE,
  FORMERR,
  getDefaultResultOrder,
  LOADIPHLPAPI,
  lookupService,
  NODATA,
  NOMEM,
  NONAME,
  NOTFOUND,
  NOTIMP,
  NOTINITIALIZED,
  REFUSED,
  SERVFAIL,
  setDefaultResultOrder,
  TIMEOUT,
} from 'node:dns/promises';
