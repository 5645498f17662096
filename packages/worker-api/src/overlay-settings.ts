import { isFlags, isModels, isObject, isRateLimit, isTextList, isTokenBudget } from './shapes.ts';
import type { TenantSettings } from './tenant.ts';

/** The settings with what the overlay says, or null when any of it has the wrong shape: half of it is not applied. */
export function overlaySettings(base: TenantSettings, overlay: unknown): TenantSettings | null {
  if (!isObject(overlay)) return null;
  const { allowedModels, models, rateLimit, tokenBudget, featureFlags, ...unknown } = overlay;
  if (Object.keys(unknown).length > 0) return null;
  if (allowedModels !== undefined && !isTextList(allowedModels)) return null;
  if (models !== undefined && !isModels(models)) return null;
  if (rateLimit !== undefined && !isRateLimit(rateLimit)) return null;
  if (tokenBudget !== undefined && !isTokenBudget(tokenBudget)) return null;
  if (featureFlags !== undefined && !isFlags(featureFlags)) return null;
  return {
    ...base,
    ...(allowedModels === undefined ? {} : { allowedModels }),
    ...(models === undefined ? {} : { models }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
    ...(tokenBudget === undefined ? {} : { tokenBudget }),
    featureFlags: { ...base.featureFlags, ...featureFlags },
  };
}
