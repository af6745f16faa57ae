import { COMMANDS, refusal, StandIn, SUBSCRIPTIONS } from './standIn';

const standIn = new StandIn();

afterEach(async () => await standIn.stop());

const URL = 'http://127.0.0.1:9000/hook';

const subscribe = async (notifyType: string, callbackUrl: unknown = URL, more: object = {}, query = '') =>
	await standIn.post(`${SUBSCRIPTIONS}${query}`, { notifyType, callbackUrl, ...more });

const list = async (query = '') =>
	(await standIn.get(`${SUBSCRIPTIONS}${query}`)).json as { totalCount: number; subscriptions: object[] };

describe('A subscription', () => {
	it('is made with an ID, listed and found by it', async () => {
		await standIn.start();
		const { status, json } = await subscribe('deviceAdded');
		expect(status).toBe(201);
		const made = {
			subscriptionId: expect.any(String) as string,
			notifyType: 'deviceAdded',
			callbackUrl: URL,
		};
		expect(json).toEqual(made);
		const { subscriptionId } = json as { subscriptionId: string };
		await subscribe('deviceDeleted');
		expect(await list('?notifyType=deviceAdded')).toEqual({
			totalCount: 1,
			pageNo: 0,
			pageSize: 10,
			subscriptions: [json],
		});
		expect(await standIn.get(`${SUBSCRIPTIONS}/${subscriptionId}`)).toMatchObject({
			status: 200,
			json: made,
		});
		expect(await standIn.get(`${SUBSCRIPTIONS}/unknown`)).toMatchObject(refusal(404, '100225'));
	});

	it.each([
		['http://10.0.0.1:80/', 201],
		['HTTPS://[2001:db8::1]:443/hook?secret=1', 201],
		['http://10.0.0.1:80', 400],
		['http://10.0.0.1:80?secret=1', 400],
		['http://10.0.0.1/hook', 400],
		['http://10.0.0.1:0/hook', 400],
		['http://10.0.0.1:65536/hook', 400],
		['http://me@10.0.0.1:80/hook', 400],
		['ftp://10.0.0.1:21/hook', 400],
	])('to %s is answered with HTTP %i', async (callbackUrl, status) => {
		await standIn.start();
		const answer = await subscribe('deviceAdded', callbackUrl);
		expect(answer).toMatchObject(status === 201 ? { status } : refusal(400, '100222'));
	});

	it.each([
		['without a type', '', URL, 400, '102202'],
		['of an unknown type', 'deviceStatusChanged', URL, 400, '100022'],
		['without a URL', 'deviceAdded', null, 400, '102202'],
		['to a number', 'deviceAdded', 9000, 400, '100022'],
	])('%s is refused', async (_what, notifyType, callbackUrl, status, code) => {
		await standIn.start();
		expect(await subscribe(notifyType, callbackUrl)).toMatchObject(refusal(status, code));
	});

	it('can be for changed capabilities', async () => {
		await standIn.start();
		expect(await subscribe('deviceCapabilitiesChanged')).toMatchObject({ status: 201 });
	});

	it('is refused at another host or port than the others of its application', async () => {
		await standIn.start({ authorizedAppIds: ['owner'] });
		await subscribe('deviceAdded');
		for (const url of ['http://127.0.0.1:9001/hook', 'http://127.0.0.2:9000/hook']) {
			expect(await subscribe('deviceDeleted', url)).toMatchObject(refusal(403, '100234'));
		}
		expect(await subscribe('deviceDeleted', 'http://127.0.0.1:9000/other')).toMatchObject({ status: 201 });
		expect(await subscribe('deviceAdded', 'http://127.0.0.2:1/', { appId: 'owner' })).toMatchObject({
			status: 201,
		});
	});

	it('is refused at another host than the callback URL of a command until that is final', async () => {
		await standIn.start();
		const callbackUrl = 'http://10.0.0.1:80/command';
		const [command] = standIn.platform.queueCommands('d', [{ callbackUrl }]);
		expect(await subscribe('deviceAdded')).toMatchObject(refusal(403, '100234'));
		await standIn.put(`${COMMANDS}/${command?.commandId}`, { status: 'CANCELED' });
		expect(await subscribe('deviceAdded')).toMatchObject({ status: 201 });
	});

	it('is refused beside one of its type, also to another URL unless that is allowed', async () => {
		await standIn.start();
		await subscribe('deviceAdded');
		expect(await subscribe('deviceAdded')).toMatchObject(refusal(409, '100227'));
		expect(await subscribe('deviceAdded', `${URL}/2`)).toMatchObject(refusal(409, '100227'));
		standIn.platform.set({ sameTypeOtherUrl: 'allowed' });
		expect(await subscribe('deviceAdded', `${URL}/2`)).toMatchObject({ status: 201 });
		expect(await subscribe('deviceAdded')).toMatchObject(refusal(409, '100227'));
	});
});

describe('The application of a subscription', () => {
	const options = { authorizedAppIds: ['owner'], unauthorizedAppIds: ['closed'] };
	const owners = () => standIn.platform.subscriptions().map(({ appId }) => appId);

	it('stands in the body, and in the query means nothing', async () => {
		await standIn.start(options);
		expect(await subscribe('deviceAdded', URL, { appId: 'owner' })).toMatchObject({ status: 201 });
		expect(await subscribe('deviceAdded', URL, {}, '?appId=owner')).toMatchObject({ status: 201 });
		expect(await subscribe('deviceDeleted', URL, {}, '?appId=nobody')).toMatchObject({ status: 201 });
		expect(owners()).toEqual(['owner', standIn.platform.appId, standIn.platform.appId]);
	});

	it.each([
		['closed', 200, '100217'],
		['nobody', 200, '100203'],
		[7, 400, '100022'],
	])('is refused when it is %p', async (appId, status, code) => {
		await standIn.start(options);
		expect(await subscribe('deviceAdded', URL, { appId })).toMatchObject(refusal(status, code));
		expect(owners()).toEqual([]);
	});

	it('stands in the query of the calls that list and remove', async () => {
		await standIn.start(options);
		await subscribe('deviceAdded');
		const { json } = await subscribe('deviceAdded', URL, { appId: 'owner' });
		const { subscriptionId } = json as { subscriptionId: string };
		expect(await list('?appId=owner')).toMatchObject({ totalCount: 1, subscriptions: [{ subscriptionId }] });
		const path = `${SUBSCRIPTIONS}/${subscriptionId}`;
		expect(await standIn.remove(path)).toMatchObject(refusal(404, '100225'));
		expect(await standIn.get(`${path}?appId=owner`)).toMatchObject({ status: 200 });
		expect(await standIn.remove(`${path}?appId=owner`)).toMatchObject({ status: 204 });
		expect(owners()).toEqual([standIn.platform.appId]);
	});

	it('may say with ownerFlag whose the callback URL is', async () => {
		await standIn.start(options);
		const body = { appId: 'owner' };
		expect(await subscribe('deviceAdded', URL, body, '?ownerFlag=true')).toMatchObject({ status: 201 });
		expect(await subscribe('deviceDeleted', URL, body, '?ownerFlag=false')).toMatchObject({ status: 201 });
		expect(await subscribe('ruleEvent', URL, body, '?ownerFlag=me')).toMatchObject(refusal(400, '100022'));
	});
});

describe('Removing subscriptions', () => {
	const left = () =>
		standIn.platform
			.subscriptions()
			.map(({ appId, notifyType, callbackUrl }) => [
				appId === 'owner' ? 'owner' : 'own',
				notifyType,
				callbackUrl,
			]);

	beforeEach(async () => {
		await standIn.start({ authorizedAppIds: ['owner'] });
		for (const type of ['deviceAdded', 'deviceDeleted']) {
			standIn.platform.addSubscription(type, 'http://h:1/a');
			standIn.platform.addSubscription(type, 'http://h:1/b');
		}
		standIn.platform.addSubscription('deviceAdded', 'http://h:1/a', 'owner');
	});

	it.each([
		['?notifyType=deviceAdded', 'own deviceDeleted a, own deviceDeleted b, owner deviceAdded a'],
		['?callbackUrl=http%3A%2F%2Fh%3A1%2Fa', 'own deviceAdded b, own deviceDeleted b, owner deviceAdded a'],
		[
			'?notifyType=deviceAdded&callbackUrl=http%3A%2F%2Fh%3A1%2Fa',
			'own deviceAdded b, own deviceDeleted a, own deviceDeleted b, owner deviceAdded a',
		],
		[
			'?notifyType=ruleEvent',
			'own deviceAdded a, own deviceAdded b, own deviceDeleted a, own deviceDeleted b, owner deviceAdded a',
		],
		['?appId=owner', 'own deviceAdded a, own deviceAdded b, own deviceDeleted a, own deviceDeleted b'],
		['', 'owner deviceAdded a'],
	])('with %p leaves %s', async (query, expected) => {
		expect(await standIn.remove(`${SUBSCRIPTIONS}${query}`)).toMatchObject({ status: 204, text: '' });
		const shown = left().map((entry) => entry.join(' ').replace('http://h:1/', ''));
		expect(shown.sort().join(', ')).toBe(expected);
	});

	it('by ID works once', async () => {
		const [{ subscriptionId } = { subscriptionId: '' }] = standIn.platform.subscriptions();
		expect(await standIn.remove(`${SUBSCRIPTIONS}/${subscriptionId}`)).toMatchObject({ status: 204 });
		expect(await standIn.remove(`${SUBSCRIPTIONS}/${subscriptionId}`)).toMatchObject(refusal(404, '100225'));
	});
});
