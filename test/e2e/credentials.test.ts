import { chosenVersion } from '../lab/installation';
import { createN8n, type N8n } from '../lab/n8n';
import { startPlatform, type Platform } from '../platform/platform';
import { credential, CREDENTIAL_ID, NODE, revokeWorkflow } from './workflows';

/** Credentials as people really have them: fields that are expressions, and workflows that are passed on. */

/** n8n 2.20 writes the resolved credential back when it logs in. */
const KEEPS_EXPRESSIONS = chosenVersion() !== '2.20.12';

let n8n: N8n;
let platform: Platform;

beforeAll(async () => {
	n8n = await createN8n();
	platform = await startPlatform();
});

afterAll(async () => {
	await n8n.remove();
	await platform.close();
});

it(`${KEEPS_EXPRESSIONS ? 'keeps' : 'resolves'} the fields that are expressions when it logs in`, async () => {
	const appKey = `={{ "${platform.appId}" }}`;
	await n8n.importCredentials([credential(platform, { appKey })]);
	platform.queueCommands('device-1', 1);
	await n8n.importWorkflows([revokeWorkflow('login', [{ deviceId: 'device-1' }])]);
	const { run } = await n8n.execute('login');
	expect(run?.errorMessage()).toBeUndefined();
	expect(run?.items(NODE)).toHaveLength(1);
	const stored = (await n8n.exportCredentials()).find(({ id }) => id === CREDENTIAL_ID);
	expect(stored?.data.sessionToken).toMatch(/^[0-9a-f]{32}$/);
	expect(stored?.data.appKey).toBe(KEEPS_EXPRESSIONS ? appKey : platform.appId);
});

it('puts nothing secret into a workflow that is exported', async () => {
	const stored = (await n8n.exportCredentials()).find(({ id }) => id === CREDENTIAL_ID);
	const { stdout, exitCode } = await n8n.command(['export:workflow', '--id=login']);
	expect(exitCode).toBe(0);
	expect(stdout).toContain(CREDENTIAL_ID);
	for (const secret of [platform.secret, String(stored?.data.sessionToken)])
		expect(stdout).not.toContain(secret);
});
