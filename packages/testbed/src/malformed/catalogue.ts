import type { MessageBuilder } from '../behaviours/reply.ts';
import * as compression from './compression.ts';
import * as edns from './edns.ts';
import * as lengths from './lengths.ts';
import * as mismatched from './mismatched.ts';

// One more than a name of 255 octets can need: 127 labels and the root.
const excessiveJumps = 128;

/**
 * Messages that answer the query (ID, sender, question) and cannot be read. A client counts a failure and tries the
 * next thing; it must not wait, and must not use the forged address they carry.
 */
export const unreadableMessages: Readonly<Record<string, MessageBuilder>> = {
  pointerToItself: compression.pointerToItself,
  pointerForward: compression.pointerForward,
  pointersMutual: compression.pointersMutual,
  pointerIntoHeader: compression.pointerIntoHeader,
  pointerChainOf128: compression.pointerChain(excessiveJumps),
  nameOf256Octets: compression.nameOf256Octets,
  nameOver255ByPointer: compression.nameOver255ByPointer,
  labelType01: compression.labelType01,
  labelType10: compression.labelType10,
  recordCutAfterOwner: lengths.recordCutAfterOwner,
  nameWithoutEnd: lengths.nameWithoutEnd,
  labelPastEnd: lengths.labelPastEnd,
  pointerCut: lengths.pointerCut,
  recordCutInFixedPart: lengths.recordCutInFixedPart,
  rdlengthPastEnd: lengths.rdlengthPastEnd,
  aOf3Octets: lengths.aOfOctets(3),
  aOf5Octets: lengths.aOfOctets(5),
  aaaaOf15Octets: lengths.aaaaOfOctets(15),
  aaaaOf17Octets: lengths.aaaaOfOctets(17),
  aaaaOf4Octets: lengths.aaaaOfOctets(4),
  rdataNameOverrun: lengths.rdataNameOverrun,
  rdataNameUnderrun: lengths.rdataNameUnderrun,
  mxWithoutName: lengths.mxWithoutName,
  soaCut: lengths.soaCut,
  txtStringOverrun: lengths.txtStringOverrun,
  allCounts65535: lengths.allCounts65535,
  answerCount65535: lengths.answerCount65535,
  questionCut: lengths.questionCut,
  twoOpts: edns.twoOpts,
  optAsAnswer: edns.optAsAnswer,
  optAsAuthority: edns.optAsAuthority,
  optOptionOverrun: edns.optOptionOverrun,
  optOptionCut: edns.optOptionCut,
  optWithOwner: edns.optWithOwner,
};

/**
 * Messages that are not an answer to the query. A client ignores them and keeps waiting: a good answer that follows
 * counts as if they had not come.
 */
export const unrelatedMessages: Readonly<Record<string, MessageBuilder>> = {
  wrongId: mismatched.wrongId,
  queryInsteadOfResponse: mismatched.queryInsteadOfResponse,
  withoutQuestion: mismatched.withoutQuestion,
  headerOnlyServfail: mismatched.headerOnly('SERVFAIL'),
  twoQuestions: mismatched.twoQuestions,
  wrongName: mismatched.wrongName,
  wrongType: mismatched.wrongType,
  wrongClass: mismatched.wrongClass,
  empty: mismatched.shorterThanHeader(),
  headerCut: mismatched.shorterThanHeader(11),
};
