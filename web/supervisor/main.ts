// The supervisor's page.

import { App } from './app.js';

const app = new App();
void app.begin().catch((error: unknown) => app.failed(error));
