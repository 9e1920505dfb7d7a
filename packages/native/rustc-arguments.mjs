// What the compiler that puts the addon together is told beside the profile.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A call is replaced by what it calls where that is small or marked `#[inline]`: 41 KB less for 1 % more instructions of an
 * uncached question. The program whose instructions are counted is put together alike.
 */
export const inlining = ['-C', 'llvm-args=-inline-threshold=75'];

/** Functions of the same code are one, which LLVM's linker knows how to do: 12 KB less. */
const folding = ['-C', 'link-arg=-Wl,--icf=all'];

/**
 * @param {string} target as in the addon's name
 * @returns {string[]} for `cargo rustc`
 */
export function rustcArguments(target) {
  return target === 'linux-x64-gnu' && bringsLinkerAlong() ? [...inlining, ...folding] : inlining;
}

/** Whether Rust links with LLVM's linker, as it does by itself where it comes with it. */
function bringsLinkerAlong() {
  const sysroot = execFileSync('rustc', ['--print', 'sysroot'], { encoding: 'utf8' }).trim();
  return existsSync(join(sysroot, 'lib/rustlib/x86_64-unknown-linux-gnu/bin/gcc-ld/ld.lld'));
}
