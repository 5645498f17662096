import { z } from 'zod';

/** An order as a client sends it. */
export const orderSchema = z.strictObject({
  customer: z.email(),
  items: z.array(z.strictObject({ sku: z.string().min(1), quantity: z.int().positive() })).min(1),
  note: z.string().max(200).optional(),
});

export type Order = z.infer<typeof orderSchema>;

export function itemCount(order: Order): number {
  return order.items.reduce((sum, { quantity }) => sum + quantity, 0);
}
