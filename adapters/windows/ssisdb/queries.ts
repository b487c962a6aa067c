/**
 * The only queries that this product ever sends to a SQL Server: constant, read-only, with nothing from outside in
 * them. Each returns one JSON document, so that an empty view and broken output cannot be confused. Columns, and who
 * may see which rows: the pages of catalog.worker_agents, catalog.executions and catalog.master_properties
 * (MicrosoftDocs/sql-docs, integration-services/system-views); worker_agent_id: docs/decisions/0024.
 */
const ONE_DOCUMENT = 'for json path, include_null_values, without_array_wrapper';

/** Without a role a view has no rows and no error, so the query asks for membership too. */
export const STATE_QUERY = [
  'set nocount on;',
  'select sysdatetimeoffset() as [now], suser_sname() as [login],',
  "is_srvrolemember('sysadmin') as [sysadmin], is_member('ssis_admin') as [admin],",
  "is_member('ssis_cluster_executor') as [executor], is_member('ssis_logreader') as [logreader],",
  "(select property_value from catalog.master_properties where property_name = 'SSLCERT_THUMBPRINT') as [thumbprint],",
  '(select WorkerAgentId as [agent], MachineName as [machine], LastOnlineTime as [lastOnline], IsEnabled as [enabled]',
  'from catalog.worker_agents for json path) as [workers],',
  // 2 running, 8 stopping. worker_agent_id is undocumented: where the view lacks it, the name in the inner select
  // resolves to the column of `absent`, as in any subquery, and is null; otherwise the whole query would fail.
  '(select execution_id as [id], project_name as [project], package_name as [package], start_time as [since],',
  'ran.worker_agent_id as [agent] from (select cast(null as uniqueidentifier) as worker_agent_id) as absent',
  'cross apply (select execution_id, project_name, package_name, start_time, worker_agent_id',
  'from catalog.executions where status in (2, 8)) as ran for json path) as [running]',
  ONE_DOCUMENT,
].join(' ');

/** A query of its own: on a catalog with millions of rows it may take long, and must not hide what runs now. */
export const HOURS_QUERY = [
  'set nocount on;',
  'select (select started.hour as [hour], count(*) as [count] from',
  "(select convert(char(13), switchoffset(start_time, '+00:00'), 126) as hour from catalog.executions",
  'where start_time > dateadd(day, -7, sysdatetimeoffset())) as started',
  'group by started.hour order by started.hour for json path) as [hours]',
  ONE_DOCUMENT,
].join(' ');
