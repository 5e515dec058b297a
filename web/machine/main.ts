// The machine's page.

import { byId } from '../shared/elements.js';
import { App } from './app.js';

const app = new App();
void app.begin().catch((error: unknown) => {
  app.messages.trouble(error);
  byId('origin').textContent = 'Nothing runs yet.';
  const state = byId('state');
  state.dataset['state'] = 'failed';
  state.textContent = 'Failed';
});
