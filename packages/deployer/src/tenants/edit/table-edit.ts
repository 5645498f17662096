import { csvEdit } from './csv-edit.ts';
import type { TableEdit } from './edit-text.ts';
import { jsonlEdit } from './jsonl-edit.ts';
import { yamlEdit } from './yaml-edit.ts';

/** How a table of that name is edited. */
export function tableEdit(file: string): TableEdit {
  if (file.endsWith('.csv')) return csvEdit(file);
  return file.endsWith('.jsonl') ? jsonlEdit(file) : yamlEdit(file);
}
