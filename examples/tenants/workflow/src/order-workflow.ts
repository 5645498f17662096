import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from 'cloudflare:workers';

export interface Order {
  readonly product: string;
  readonly quantity: number;
}

/** What an order came to. */
export interface Receipt {
  readonly total: number;
  readonly text: string;
}

const PRICE = 7;

/** Prices an order, then writes its receipt. */
export class OrderWorkflow extends WorkflowEntrypoint<object, Order> {
  override async run(event: WorkflowEvent<Order>, step: WorkflowStep): Promise<Receipt> {
    const { product, quantity } = event.payload;
    const total = await step.do('price', async () => quantity * PRICE);
    return step.do('receipt', async () => ({ total, text: `${quantity} × ${product}: ${total}` }));
  }
}
