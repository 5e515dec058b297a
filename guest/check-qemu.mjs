// Boots the guest under qemu-system-riscv32 and tries it: prompt, tools, disk, power off, a second boot,
// the framebuffer console, RAM with holes, files of the host, the desk. `npm run guest:check`; needs `npm run setup -- --for test`.

import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { guestArtifacts } from './artifacts.mjs';
import { tryDesk } from './check/desk.mjs';
import { offeredFiles, tryFiles } from './check/files.mjs';
import { INSTRUCTION_NS, QemuGuest } from './check/qemu.mjs';
import { kernelFont, screenText } from './check/screen.mjs';
import { FRAMEBUFFER, INITRAMFS_AT, SCREEN, treeWithHoles } from './check/tree.mjs';

const APPEND = 'console=ttyS0';
const PROMPT = /gpuvisor:~# /;
const BOOT_SECONDS = 120;

let passed = 0;
let failed = 0;

function check(what, good, detail) {
  if (good) passed++;
  else failed++;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${what}${good ? '' : `: ${detail}`}`);
}

// Million instructions since the kernel's first reading of the clock, from /proc/uptime: the time that it was not idle
// (while it waits for a disk, QEMU's clock runs on without an instruction).
function millionInstructions(uptime) {
  const [up, idle] = uptime.trim().split(' ').map(Number);
  return Math.round(((up - idle) * 1e9) / INSTRUCTION_NS / 1e5) / 10;
}

async function withGuest(options, use) {
  const guest = new QemuGuest(options);
  try {
    await use(guest);
  } finally {
    await guest.quit();
  }
}

async function tools(guest) {
  await guest.expect(/Linux version 6\.12/, BOOT_SECONDS);
  await guest.expect(PROMPT, BOOT_SECONDS);
  check('reaches the prompt', true);
  const million = millionInstructions(await guest.command('cat /proc/uptime'));
  check('in at most 60 million instructions', million > 1 && million <= 60, `${million} million`);
  console.log(`     ${million} million instructions from the kernel's first reading of the clock`);

  const uname = await guest.command('uname -a');
  check('uname', /^Linux gpuvisor 6\.12\.\d+ .*riscv32/.test(uname), uname);
  const cpu = await guest.command('cat /proc/cpuinfo');
  check('cpuinfo says rv32ima and sv32', /isa\s*: rv32ima_/.test(cpu) && /mmu\s*: sv32/.test(cpu), cpu);
  const free = await guest.command('free');
  check('free', /Mem:\s+\d{5}/.test(free), free);
  const loop = await guest.command('i=0; while [ $i -lt 100 ]; do i=$((i+1)); done; echo $i');
  check('a shell loop', loop.trim() === '100', loop);
  const primes = await guest.command('primes 10000');
  check('primes', primes.startsWith('1229 primes below 10000, the largest 9973,'), primes);
  const mandel = await guest.command('mandel 60 20 | sha256sum');
  check('mandel', /^[0-9a-f]{64} /.test(mandel), mandel);
  const pipe = await guest.command("seq 1 50 | awk '{s+=$1} END {print s}'");
  check('seq and awk', pipe.trim() === '1275', pipe);
  const tar = await guest.command('tar cz -C /mnt . | tar tz | grep -c data.bin');
  check('tar and gzip', tar.trim() === '1', tar);
  const names =
    'ls cat cp mv rm mkdir ps top free df mount umount dmesg uname sha256sum md5sum grep sed awk find sort wc head tail vi sleep date hexdump dd sync ' +
    'poweroff reboot halt sh ash time seq expr test xargs tar gzip less clear reset stty which env printf tr cut uptime kill nproc';
  const absent = [];
  const words = names.split(' ');
  for (let i = 0; i < words.length; i += 8) {
    const some = words.slice(i, i + 8);
    const found = await guest.command(`which ${some.join(' ')}`);
    const have = new Set(found.split('\n').map((path) => path.replace(/^.*\//, '')));
    absent.push(...some.filter((name) => !have.has(name)));
  }
  check(`the ${words.length} usual tools`, absent.length === 0, absent.join(' '));
}

async function disk(guest, image) {
  const sum = execFileSync('debugfs', ['-R', 'cat SHA256SUMS', image], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const hostSum = /^([0-9a-f]{64}) {2}data\.bin$/m.exec(sum)?.[1];
  const guestSum = await guest.command('sha256sum /mnt/data.bin');
  check("sha256sum on the disk is the host's", hostSum !== undefined && guestSum.startsWith(hostSum), guestSum);
  await guest.command('echo "written by the guest" > /mnt/note.txt; sync');
  guest.type('poweroff');
  await guest.expect(/reboot: Power down/, 60);
  check('poweroff ends QEMU with status 0', (await guest.ended(20)) === 0, 'another status');
}

async function screen(guest, folder, artifacts) {
  await guest.expect(PROMPT, BOOT_SECONDS);
  const free = await guest.command('free');
  const total = Number(/Mem:\s+(\d+)/.exec(free)?.[1]);
  check('RAM with a hole: 28 MB less the kernel', total > 22_000 && total < 28_000, free);
  const path = join(folder, 'screen.raw');
  const glyphs = kernelFont(artifacts.image, artifacts.systemMap);
  const rows = SCREEN.height / 16;
  let lines = [];
  for (let attempt = 0; attempt < 20; attempt++) {
    await new Promise((done) => setTimeout(done, 300));
    await guest.saveMemory(FRAMEBUFFER, SCREEN.height * SCREEN.strideBytes, path);
    lines = screenText(readFileSync(path), SCREEN.width / 8, rows, SCREEN.strideBytes, glyphs);
    if (lines.some((line) => line.startsWith('gpuvisor:~#'))) break;
  }
  check(
    'the prompt is on the framebuffer',
    lines.some((line) => line.startsWith('gpuvisor:~#')),
    lines.join('\n'),
  );
  check(
    'the boot log is on the framebuffer',
    lines.some((line) => line.includes('Run /init as init process')),
    lines.join('\n'),
  );
  console.log(
    lines
      .filter((line) => line !== '')
      .slice(-6)
      .map((line) => `     | ${line}`)
      .join('\n'),
  );
}

async function main() {
  const artifacts = guestArtifacts();
  if (!artifacts.built) {
    console.error('GUEST_NOT_BUILT: the guest is not built.\nRun: npm run guest');
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'gpuvisor-check-'));
  try {
    const { fwJump: firmware, image, initramfs } = artifacts;
    const image2 = join(folder, 'disk.ext4');
    copyFileSync(artifacts.disk, image2);
    chmodSync(image2, 0o600);
    const common = { firmware, image, initramfs, folder };
    await withGuest({ ...common, disk: image2, append: APPEND }, async (guest) => {
      await tools(guest);
      await disk(guest, image2);
    });
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const note = execFileSync('debugfs', ['-R', 'cat note.txt', image2], options);
    check('what the guest wrote is in the image', note === 'written by the guest\n', note);
    await withGuest({ ...common, disk: image2, append: APPEND }, async (guest) => {
      await guest.expect(PROMPT, BOOT_SECONDS);
      const again = await guest.command('cat /mnt/note.txt');
      check('and there after a second boot', again.trim() === 'written by the guest', again);
    });
    const deviceTree = treeWithHoles(folder, { initramfsBytes: statSync(initramfs).size, append: APPEND });
    const withHoles = { ...common, deviceTree, initramfsAt: INITRAMFS_AT };
    await withGuest({ ...withHoles, append: APPEND }, (guest) => screen(guest, folder, artifacts));
    const files = offeredFiles(folder);
    await withGuest({ ...common, append: APPEND, files }, async (guest) => {
      await guest.expect(PROMPT, BOOT_SECONDS);
      await tryFiles(guest, files, check);
    });
    const append = `${APPEND} gpuvisor.start=desk`;
    const starting = treeWithHoles(folder, { initramfsBytes: statSync(initramfs).size, append });
    await withGuest({ ...withHoles, append, deviceTree: starting, keyboard: true }, (guest) =>
      tryDesk(guest, folder, FRAMEBUFFER, BOOT_SECONDS, check),
    );
  } catch (error) {
    check('the run', false, error.message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`guest check under QEMU: ${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
