// The load of the frame measurement in a worker.
import { serveWork } from '../shared/work.js';
import { conduct } from './frames-conduct.js';

serveWork(conduct);
