import type { IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';

import { type Field, ItemParameters } from './parameters';

/** n8n's contexts of a node that starts workflows. */
export type TriggerContext = Pick<
	IHookFunctions | IPollFunctions | IWebhookFunctions,
	'getNodeParameter' | 'getTimezone'
>;

/** Reads and checks the parameters of a node that starts workflows, which has no input items. */
export class TriggerParameters extends ItemParameters {
	constructor(private readonly trigger: TriggerContext) {
		super(
			{
				getNodeParameter: (name, _itemIndex, fallback, options) =>
					trigger.getNodeParameter(name, fallback, options),
				getInputData: () => [],
				getTimezone: () => trigger.getTimezone(),
			},
			0,
		);
	}

	/**
	 * Whether an option chooses anything: it was added, and not left as empty as it came. What an expression gives may be
	 * empty by accident, and would then choose everything: that counts as chosen, and reading it refuses an empty value.
	 */
	isChosen({ name }: Field): boolean {
		const raw: unknown = this.trigger.getNodeParameter(`options.${name}`, '', { rawExpressions: true });
		return raw !== '' && !(Array.isArray(raw) && raw.length === 0);
	}
}
