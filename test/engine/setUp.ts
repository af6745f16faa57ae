import { silenceExpected, stopRecording } from './log';
import { loadOnce } from './loadOnce';

jest.setTimeout(60_000);

jest.mock('n8n-core', () => loadOnce('n8n-core'));
jest.mock('n8n-workflow', () => loadOnce('n8n-workflow'));

silenceExpected();

afterEach(stopRecording);
