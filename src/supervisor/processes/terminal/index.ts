// The terminal: a line editor over console input, and commands that are syscalls.

import { SLOT, TAG } from '../rt/abi.generated';
import { debug, exit, Message, pid, print, receive } from '../rt/kernel';
import { run } from './commands';
import { Key, Keys } from './keys';
import { Line } from './line';
import { noticeText } from './words';

const line = new Line();
const keys = new Keys();
const prompt = `${pid()}> `;

/** Writes what is to be drawn. Without a console there is nobody to see it, and the terminal goes on without. */
function flush(): void {
  if (line.out.length > 0) print(line.out);
  line.out = '';
}

function enter(): void {
  const text = line.take(true);
  line.out += '\r\n';
  flush();
  line.out += run(text);
  line.draw(prompt);
}

function type(bytes: Message): void {
  while (bytes.data.left > 0) {
    switch (keys.feed(bytes.data.u8(), line)) {
      case Key.ENTER:
        enter();
        break;
      case Key.BREAK:
        line.take(false);
        line.out += '^C\r\n';
        line.draw(prompt);
        break;
      case Key.CLEAR:
        line.out += '\x1b[2J\x1b[H';
        line.draw(prompt);
        break;
    }
  }
}

/** Notices shown in a row; more are only said to be there, so that nobody can fill the screen with them. */
const SHOWN = 8;
let told = 0;

/** Says it above the line that is being typed. */
function tell(text: string): void {
  if (++told > SHOWN + 1) return;
  if (told > SHOWN) text = 'notice: more capabilities went. Type caps to see what is left.';
  line.out += '\r\x1b[K' + text + '\r\n';
  line.draw(prompt);
}

line.out = `gpuvisor terminal, process ${pid()}. Type help for the commands.\r\n`;
line.draw(prompt);
flush();
for (;;) {
  const message = receive(SLOT.INPUT);
  if (!message) {
    // Without its input it can do nothing more.
    debug('terminal: the input capability in slot 1 is gone');
    exit(1);
  } else if (message.tag === TAG.CONSOLE_INPUT && message.from === 0) {
    told = 0;
    type(message);
  } else if (message.from === 0) {
    tell(noticeText(message));
  }
  flush();
}
