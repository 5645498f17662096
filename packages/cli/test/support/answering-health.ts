import { createDouble, ownWords, type RuntimeFactory } from '@cf-deploy/emulator';

/**
 * A runtime without workerd for this repository's tenants: each version answers as the health page of their Worker does
 * where all is well. For tests in which the code is not the matter; starting workerd takes longer than a deploy.
 */
export const answeringHealth: RuntimeFactory = ({ view, clock, random }) =>
  createDouble({
    view,
    clock,
    random,
    answer: async (answering) => {
      const words = (await ownWords(answering).json()) as { variables: Readonly<Record<string, unknown>> };
      return Response.json({ ...words, tenant: words.variables['TENANT_ID'] });
    },
  });
