// The bench in a worker.
import { serveWork } from '../shared/work.js';
import { conduct } from './conduct.js';

serveWork(conduct);
