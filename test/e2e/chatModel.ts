import fastify, { type FastifyInstance } from 'fastify';

/** A tool as the agent offers it to the chat model. */
export interface OfferedTool {
	name: string;
	description: string;
}

export interface ChatMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | null;
}

export interface ToolCall {
	name: string;
	arguments: Record<string, unknown>;
}

/** What the model does next: the tool it calls, or nothing, to say what came back. */
export type Decision = (messages: ChatMessage[], tools: OfferedTool[]) => ToolCall | undefined;

/** Calls the first tool that is offered, once. */
export function callOnce(toolArguments: Record<string, unknown>): Decision {
	return (messages, [tool]) =>
		tool && messages.at(-1)?.role !== 'tool' ? { name: tool.name, arguments: toolArguments } : undefined;
}

/** A chat model with the interface of OpenAI's, which decides as the test says. */
export class ChatModel {
	/** The tools of the last request. */
	offered: OfferedTool[] = [];
	/** The conversation of the last request. */
	messages: ChatMessage[] = [];
	/** What the model called. */
	readonly calls: ToolCall[] = [];
	/** What the tools gave back. */
	readonly answers: string[] = [];

	private constructor(
		private readonly server: FastifyInstance,
		/** May be changed while it runs. */
		public decide: Decision,
	) {}

	static async start(decide: Decision): Promise<ChatModel> {
		const server = fastify();
		const model = new ChatModel(server, decide);
		server.post('/v1/chat/completions', (request) => {
			const { messages, tools = [] } = request.body as {
				messages: ChatMessage[];
				tools?: Array<{ function: OfferedTool }>;
			};
			return model.complete(
				messages,
				tools.map((tool) => tool.function),
			);
		});
		await server.listen({ host: '127.0.0.1', port: 0 });
		return model;
	}

	get url(): string {
		return `${this.server.listeningOrigin}/v1`;
	}

	async close(): Promise<void> {
		await this.server.close();
	}

	private complete(messages: ChatMessage[], tools: OfferedTool[]): object {
		this.messages = messages;
		this.offered = tools;
		const last = messages.at(-1);
		if (last?.role === 'tool') this.answers.push(String(last.content));
		const call = this.decide(messages, tools);
		if (call) this.calls.push(call);
		const message = call
			? { role: 'assistant', content: null, tool_calls: [toolCall(`call_${this.calls.length}`, call)] }
			: { role: 'assistant', content: `Done: ${String(last?.content)}` };
		return {
			id: 'chatcmpl-1',
			object: 'chat.completion',
			created: 1,
			model: 'test',
			choices: [{ index: 0, message, finish_reason: call ? 'tool_calls' : 'stop' }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		};
	}
}

function toolCall(id: string, call: ToolCall): object {
	return {
		id,
		type: 'function',
		function: { name: call.name, arguments: JSON.stringify(call.arguments) },
	};
}
