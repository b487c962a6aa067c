import { inTable } from '../../../src/domain/in-table.ts';
import { type ErrorData, isDiskFull, isFolderGone, isTold } from '../fault-words.ts';

const OUTCOMES: { readonly [outcome: string]: string } = {
  applied: '已完成指令',
  unchanged: '没有更改任何内容',
  'put-back': '已还原',
  kept: '失败，并保留了当时已完成的部分',
  unknown: '无法判断自身状态',
};

/** What a machine says of the end of its order, which its journal does not show. */
export const saysOfItself = ({ outcome }: ErrorData): string => inTable(OUTCOMES, String(outcome)) ?? '指令已结束';

/** Why its journal cannot be written, in brackets; empty if it gave no reason. */
export function whyUnwritable(d: ErrorData): string {
  if (isDiskFull(d)) return '（磁盘已满）';
  if (isFolderGone(d)) return '（状态文件夹已被删除、移走或替换）';
  return isTold(d.reason) && d.reason !== '' ? `（${String(d.reason)}）` : '';
}

/** The first half of a sentence. */
export function makeWritable(d: ErrorData): string {
  if (isDiskFull(d)) return '请清理其磁盘空间';
  if (isFolderGone(d)) return '请将其状态文件夹放回原处，若已丢失则重新设置该 runner';
  return '请检查其磁盘是否已满，状态文件夹是否仍在原处，以及其账户能否写入该文件夹';
}
