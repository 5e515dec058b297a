// Files between host and guest: a shared folder, and the 9P device that shows it.
export { NineDevice } from './device.js';
export { DEFAULT_CAPACITY, SharedFolder, type MountFile, type MountInfo, type SharedEntry, type SharedFolderOptions } from './folder.js';
