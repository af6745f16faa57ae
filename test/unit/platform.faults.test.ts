import type { Fault } from '../platform/platform';
import { CAPABILITIES, COMMANDS, DEVICES, LOGIN, StandIn, SUBSCRIPTIONS, TASKS } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

describe('Faults', () => {
	const meet = async (fault: Fault) => {
		await standIn.start();
		standIn.platform.queueCommands('d', 1);
		standIn.platform.failNext(fault);
		const answer = await standIn.revoke('d', { timeoutMs: 200 }).catch((error: Error) => error.message);
		return {
			answer,
			revoked: standIn.statuses('d')[0] === 'CANCELED',
			request: standIn.platform.requests[0],
		};
	};

	it.each([
		['resetBefore', false, 'socket hang up'],
		['resetAfter', true, 'socket hang up'],
		['hang', false, 'no answer'],
		['hangAfter', true, 'no answer'],
	] as const)('%s gives no answer; work done: %p', async (kind, done, message) => {
		const { answer, revoked, request } = await meet({ kind });
		expect({ answer, revoked }).toEqual({ answer: message, revoked: done });
		expect(request).toMatchObject({ fault: kind });
		expect(request?.status).toBeUndefined();
	});

	it.each([
		['html', false, 200, /^<!DOCTYPE html>/],
		['text', false, 200, /^It works!$/],
		['empty', false, 200, /^$/],
		['503', false, 503, /100501/],
		['throttle', false, 403, /"resultcode":"1010009"/],
		['status', false, 500, /HTTP 500/],
		['halfJson', true, 201, /^\{"taskId":"[^}]*$/],
		['500After', true, 500, /^\{"error_code":"100001",[^}]*\}$/],
		['502After', true, 502, /502 Bad Gateway/],
	] as const)('%s; work done: %p, status %p', async (kind, done, status, text) => {
		const { answer, revoked, request } = await meet({ kind });
		expect(revoked).toBe(done);
		expect(answer).toMatchObject({ status, text: expect.stringMatching(text) as string });
		expect(request).toMatchObject({ status, fault: kind });
	});

	it('reply answers whatever is wanted', async () => {
		const body = { statusCode: 404, message: 'Application not found' };
		const { answer } = await meet({ kind: 'reply', status: 404, body, headers: { 'x-from': 'gateway' } });
		expect(answer).toMatchObject({ status: 404, json: body, headers: { 'x-from': 'gateway' } });
	});

	it('reply answers JSON under another content type', async () => {
		const body = { statusCode: 504 };
		const { answer } = await meet({ kind: 'reply', body, headers: { 'content-type': 'text/html' } });
		expect(answer).toMatchObject({ status: 200, json: body });
		expect(answer).toHaveProperty(['headers', 'content-type'], expect.stringMatching(/^text\/html/));
	});

	it.each([
		['a gateway with HTTP 200', 200, { code: 30_001, data: null, message: 'no route' }],
		['a gateway that says no', 200, { success: false, msg: 'no' }],
		['a status in the body only', 200, { statusCode: 504 }],
		['another gateway that limits calls', 429, { error_code: 'APIG.0308', error_msg: 'throttled' }],
	])('reply answers any call like %s', async (_what, status, body) => {
		await standIn.start();
		standIn.platform.queueCommands('d', 1);
		const paths = [
			['GET', DEVICES],
			['GET', CAPABILITIES],
			['POST', SUBSCRIPTIONS],
			['POST', COMMANDS],
			['PUT', `${COMMANDS}/1`],
			['POST', LOGIN],
		] as const;
		for (const [method, path] of paths) {
			standIn.platform.failNext({ kind: 'reply', status, body, match: { method, path } });
			expect(await standIn.get(TASKS)).toMatchObject({ status: 200, json: { data: [] } });
			const options = { method, ...(method === 'GET' ? {} : { body: {} }) };
			expect(await standIn.get(path, options)).toMatchObject({ status, json: body });
		}
	});

	it('come as often and as late as they are told, to the calls that match', async () => {
		await standIn.start();
		standIn.platform.queueCommands('d', 0);
		standIn.platform.queueCommands('other', 0);
		standIn.platform.failNext({ kind: 'html', skip: 1, times: 2, match: { method: 'POST', deviceId: 'd' } });
		const answers: number[] = [];
		for (const deviceId of ['other', 'd', 'other', 'd', 'd', 'd']) {
			answers.push((await standIn.revoke(deviceId)).status);
		}
		expect(answers).toEqual([201, 201, 201, 200, 200, 201]);
	});

	it('resetLate gives no answer and does the work when other calls for the device are answered', async () => {
		await standIn.start();
		standIn.platform.queueCommands('d', 1);
		standIn.platform.queueCommands('other', 1);
		standIn.platform.failNext({ kind: 'resetLate', lateBy: 2 });
		await expect(standIn.revoke('d')).rejects.toThrow('socket hang up');
		await standIn.revoke('other');
		await standIn.get(`${TASKS}?deviceId=d`);
		expect(standIn.statuses('d')).toEqual(['PENDING']);
		expect((await standIn.get(`${TASKS}?deviceId=d`)).json).toMatchObject({ data: [] });
		expect(standIn.statuses('d')).toEqual(['CANCELED']);
		expect(standIn.platform.requests[0]).toMatchObject({ method: 'POST', fault: 'resetLate' });
		expect(standIn.platform.requests[0]?.status).toBeUndefined();
	});

	it('after the work are not used up by a call that is refused', async () => {
		await standIn.start();
		standIn.platform.queueCommands('d', 1);
		standIn.platform.failNext({ kind: 'halfJson' });
		expect(await standIn.revoke('d', { token: 'wrong' })).toMatchObject({ status: 403 });
		expect((await standIn.revoke('d')).json).toBeUndefined();
	});
});
