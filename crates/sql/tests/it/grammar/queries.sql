(SELECT 1) UNION ALL (SELECT 2) ORDER BY 1
---
(SELECT 1 AS a) UNION (SELECT 2 AS a) ORDER BY a LIMIT 5
---
(SELECT a FROM s) INTERSECT (SELECT a FROM t) LIMIT 10 SETTINGS x = 1
---
(SELECT a FROM s) EXCEPT (SELECT a FROM t) ORDER BY a DESC LIMIT 1 FORMAT JSON
---
(SELECT a FROM s) ORDER BY a LIMIT 3
---
SELECT * FROM ((SELECT 1 AS a) UNION ALL (SELECT 2 AS a) ORDER BY a)
---
SELECT * FROM s WHERE a LIKE '50\\%' ESCAPE '\\'
---
SELECT * FROM s WHERE a NOT LIKE 'a!%' ESCAPE '!' AND b ILIKE 'x' ESCAPE '#'
---
SELECT a, sum(b) OVER (PARTITION BY a ORDER BY c ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM s
---
SELECT a, sum(b) OVER (PARTITION BY a ORDER BY c RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND UNBOUNDED FOLLOWING) FROM s
---
SELECT lag(a) OVER w, lead(a, 2, 0) OVER (w ORDER BY b) FROM s WINDOW w AS (PARTITION BY c), v AS (ORDER BY d)
---
SELECT first_value(a) IGNORE NULLS OVER w, last_value(a) RESPECT NULLS FROM s WINDOW w AS ()
---
SELECT count(*) FILTER (WHERE a > 1) FROM s
---
SELECT count(), window_start FROM tumble(s, 5s) GROUP BY window_start EMIT PERIODIC 1s
---
SELECT count(), window_start FROM hop(s, ts, 5s, 1m) GROUP BY window_start EMIT AFTER WINDOW CLOSE WITH DELAY 2s
---
SELECT count(), window_start FROM session(s, ts, 5s, 1m, [a > 1, a < 2)) GROUP BY window_start, window_end EMIT AFTER WATERMARK WITH DELAY 1s AND TIMEOUT 5s
---
SELECT count() FROM s EMIT ON UPDATE WITH BATCH 2s
---
SELECT count() FROM s EMIT ON UPDATE
---
SELECT count() FROM s EMIT PERIODIC 3s ON UPDATE
---
SELECT count() FROM s EMIT PERIODIC 3s REPEAT
---
SELECT count() FROM s EMIT CHANGELOG PERIODIC 2s
---
SELECT count() FROM s EMIT CHANGELOG
---
SELECT count() FROM s EMIT STREAM PERIODIC 1s
---
SELECT count() FROM s EMIT LAST 1h ON PROCTIME
---
SELECT count() FROM s EMIT LAST 1h AND PERIODIC 2s
---
SELECT count() FROM s GROUP BY a EMIT PER EVENT
---
SELECT count() FROM s GROUP BY a EMIT TIMEOUT 5s
---
SELECT count() FROM s GROUP BY a EMIT AFTER WINDOW CLOSE WITH DELAY 2s AND TIMEOUT 3s
---
SELECT count() FROM s GROUP BY a EMIT AFTER KEY EXPIRE IDENTIFIED BY ts WITH MAXSPAN 1m AND TIMEOUT 2m
---
SELECT count() FROM s GROUP BY a EMIT AFTER KEY EXPIRE IDENTIFIED BY _tp_time WITH ONLY MAXSPAN 1m AND TIMEOUT 2m
---
SELECT count() FROM s EMIT AFTER WATERMARK AND LAST 1h
---
SELECT count() FROM s EMIT PERIODIC 5s AND AFTER WATERMARK AND TIMEOUT 3s AND LAST 1h
---
SELECT * FROM a ASOF JOIN b ON a.id = b.id AND a.ts >= b.ts
---
SELECT * FROM a ASOF LEFT JOIN b USING (id, ts)
---
SELECT * FROM a LEFT LATEST JOIN b ON a.id = b.id
---
SELECT * FROM a INNER LATEST JOIN b USING id
---
SELECT * FROM a ANY LEFT JOIN b ON a.id = b.id
---
SELECT * FROM a LEFT ANTI JOIN b ON a.id = b.id
---
SELECT * FROM a SEMI LEFT JOIN b ON a.id = b.id
---
SELECT * FROM a INNER JOIN b ON a.id = b.id AND date_diff_within(10s, a.ts, b.ts)
---
SELECT * FROM a INNER JOIN b ON a.id = b.id AND date_diff_within(10s) SETTINGS x = 1
---
SELECT * FROM a GLOBAL ANY INNER JOIN (SELECT * FROM b) AS c ON a.id = c.id
---
SELECT * FROM a CROSS JOIN b, c
---
SELECT * FROM a NATURAL JOIN b
---
SELECT * FROM a PASTE JOIN b
---
SELECT * FROM a BIDIRECTIONAL JOIN b ON a.id = b.id
---
SELECT * FROM a SAMPLE 1/10 OFFSET 1/2 PREWHERE x = 1 WHERE y = 2
---
SELECT * FROM a FINAL SAMPLE 0.1
---
SELECT a, b, sum(c) FROM s GROUP BY GROUPING SETS ((a), (a, b), ()) WITH TOTALS HAVING sum(c) > 1
---
SELECT a, sum(c) FROM s GROUP BY ROLLUP(a, b)
---
SELECT a, sum(c) FROM s GROUP BY a WITH CUBE WITH TOTALS
---
SELECT a FROM s QUALIFY row_number() OVER (PARTITION BY a ORDER BY b) = 1
---
SELECT a FROM s ORDER BY a LIMIT 2 OFFSET 1 BY b LIMIT 5
---
SELECT a FROM s ORDER BY a LIMIT 1, 2 BY b, c
---
SELECT a, x FROM s ARRAY JOIN arr AS x, arr2 AS y WHERE x > 1
---
SELECT a FROM s LEFT ARRAY JOIN arr
---
SELECT array_map((x, y) -> x + y, a, b), array_filter(x -> x > 1, a), array_sort((x) -> -x, c) FROM s
---
SELECT array_map(lambda(tuple(x), x + 1), a)
---
SELECT CASE a WHEN 1 THEN 'x' WHEN 2 THEN 'y' ELSE 'z' END AS r, CASE WHEN a > 1 THEN 1 END FROM s
---
SELECT INTERVAL 1 DAY, INTERVAL '1' DAY, INTERVAL '1 day', INTERVAL -1 HOUR, 5s, 1m, 2h, 3d, 1w, 1M, 1q, 1y, 100ms, 5us, 3ns
---
SELECT INTERVAL '1 year 2 months'
---
SELECT INTERVAL a + 1 DAY FROM s
---
SELECT t.1, t.2.3, tuple_element(t, 'a'), (1, 2).1, [1,2][1], map_cast('a', 1)['a'], {'a': 1, 'b': 2}
---
SELECT {id:uint64}, {name:nullable(string)}, {tbl:identifier} FROM {tbl:identifier} WHERE a = {x:array(int32)}
---
SELECT a::int32, '1'::decimal(10, 2), [1,2]::array(string), CAST(a AS datetime64(3, 'UTC')), CAST(a, 'string'), try_cast(a AS int)
---
SELECT raw:a.b.c, raw:a[1].b, raw:`a b`.c::int, j.a.b, j.^a, j.a.:int64, j.a[].b
---
SELECT * EXCEPT (a, b), * EXCEPT a, * REPLACE (a + 1 AS a), COLUMNS('x.*') APPLY(sum), s.* EXCEPT(c) FROM s
---
SELECT * EXCEPT('x') APPLY (x -> to_string(x)) FROM s
---
SELECT a IS NULL, a IS NOT NULL, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM b, a BETWEEN 1 AND 2, a NOT BETWEEN 1 AND 2, NOT a, a IN (1,2), a NOT IN (SELECT 1), (a, b) IN ((1,2),(3,4)), a GLOBAL IN (SELECT 1), a IN t, a IN db.t
---
SELECT a IS TRUE, b IS NOT FALSE
---
SELECT EXISTS (SELECT 1 FROM s), NOT EXISTS (SELECT 1), a > ALL (SELECT b FROM t), a = ANY (SELECT b FROM t)
---
SELECT quantile(0.9)(x), top_k(10)(y), group_array(5)(z), sum_if(a, b > 1), count(DISTINCT a), uniq_exact(a, b) FROM s
---
SELECT string_agg(a, ',' ORDER BY b) FROM s
---
SELECT date_add(DAY, 1, ts), date_diff('day', a, b), date_trunc('hour', ts), date_sub(ts, INTERVAL 1 DAY), date_add(ts, INTERVAL 1 DAY), timestamp_add(ts, INTERVAL 1 DAY)
---
SELECT DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00', 0x1F, 0b101, 1e10, 1.5e-3, .5, 1_000_000, -1, +1, inf, nan, NULL, true
---
SELECT a ? b : c, a || b, a DIV b, a MOD b, a % b, a <=> b, a == b, a <> b FROM s
---
SELECT DISTINCT ON (a, b) a, b, c FROM s
---
SELECT TOP 5 a FROM s
---
SELECT a FROM s LIMIT 5 WITH TIES
---
SELECT a FROM s FETCH FIRST 5 ROWS ONLY
---
SELECT a FROM s OFFSET 5 ROWS FETCH NEXT 5 ROWS WITH TIES
---
SELECT a FROM s ORDER BY a ASC NULLS FIRST, b DESC NULLS LAST COLLATE 'en' WITH FILL FROM 1 TO 10 STEP 2 INTERPOLATE (c AS c + 1)
---
SELECT a FROM s ORDER BY ALL
---
SELECT a, b FROM s GROUP BY ALL
---
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT * FROM t
---
WITH t (a, b) AS (SELECT 1, 2), 5 AS x, (SELECT max(a) FROM s) AS m, x -> x + 1 AS f SELECT * FROM t
---
SELECT * FROM s1 UNION DISTINCT SELECT * FROM s2 INTERSECT ALL SELECT * FROM s3 EXCEPT DISTINCT SELECT 1
---
SELECT * FROM table(s), changelog(t, id), dedup(u, id, 1h, 1000), tumble(table(s), ts, 5s) AS w
---
SELECT * FROM dedup(tumble(s, 5s), id)
---
SELECT * FROM changelog(s, id, _tp_time, true)
---
SELECT * FROM kafka('a', 'b')
---
SELECT * FROM numbers(10), values('a int, b string', (1, 'x'), (2, 'y')), generate_random('a int', 1, 10, 2), zeros(5), null('a int')
---
SELECT * FROM url('http://x', 'CSV', 'a int'), file('x.csv', 'CSV', 'a int', 'gzip'), s3('http://x', 'k', 's', 'CSV', 'a int'), remote('h:9000', db.t), cluster('c', db, t), input('a int'), dictionary('d'), merge(db, '^x'), view(SELECT 1)
---
SELECT * FROM s PARTITION BY a
---
SELECT sum(x) FROM s SHUFFLE BY a GROUP BY a
---
SELECT sum(x) FROM s PARTITION BY id WHERE a > 1 EMIT PERIODIC 2s
---
SELECT * FROM s WHERE _tp_time > earliest_ts() LIMIT 5 SETTINGS query_mode = 'table', seek_to = 'earliest'
---
SELECT * FROM s SETTINGS a = 1, b = 'x', c = true, d = -1, e = [1,2], f = 1.5 FORMAT JSONEachRow
---
SELECT * FROM s INTO OUTFILE 'x.csv' TRUNCATE COMPRESSION 'gzip' LEVEL 3 FORMAT CSV
---
SELECT * FROM s INTO OUTFILE 'x.csv' AND STDOUT APPEND FORMAT CSV SETTINGS a = 1
---
FROM s SELECT a, b
---
SELECT a.* FROM db.s AS a JOIN db.t AS b USING (x)
---
SELECT * FROM `my db`.`my stream` WHERE `a b` = 1
---
WITH a AS (SELECT 1) INSERT INTO s SELECT * FROM a
---
SELECT a, b FROM s WHERE (a, b) IN (SELECT c, d FROM t) AND x = (SELECT max(y) FROM z)
---
SELECT * FROM (SELECT * FROM s) AS x INNER JOIN (SELECT * FROM t) AS y ON x.id = y.id WHERE x.ts > now() - INTERVAL 5 MINUTE
---
SELECT window_start, window_end, count() AS c FROM tumble(changelog(s, id), ts, INTERVAL 5 SECOND, 'UTC') GROUP BY window_start, window_end, id HAVING c > 5
---
SELECT * FROM tumble(s, 5s) PARTITION BY id
---
SELECT moving_sum(x) OVER (PARTITION BY id), row_number() OVER (), nth_value(a, 2) OVER (ORDER BY b GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM s
---
SELECT lags(x, 1, 3), x, emit_version() FROM s PARTITION BY id
---
SELECT count(*), count(1), count(), COUNT(DISTINCT a, b), sum(DISTINCT c) FROM s
---
SELECT a AS `b c`, b AS "d e", c AS f.g FROM s
---
SELECT _tp_time, _tp_delta FROM changelog(table(s)) WHERE _tp_delta = -1
---
SELECT * FROM s, t WHERE s.id = t.id
---
SELECT json_extract_string(raw, 'a', 'b'), json_query(raw, '$.a[0]'), json_value(raw, '$.x') FROM k
---
SELECT arr[1], arr[-1], m['k'], m['a']['b'], t.1.2, nested.a[1] FROM s
---
SELECT array_join([1,2,3]) AS x, [1, [2, 3]], [], [NULL, 1] FROM s
---
SELECT tuple(1, 'a') AS t, (1,) AS u, ('x', (1, 2)) AS v
---
SELECT -(-1), - -1, +a, NOT NOT a, NOT (a AND b) OR c, a AND NOT b
---
SELECT a = 1 ? 'x' : 'y', a > 1 ? (b ? 1 : 2) : 3 FROM s
---
SELECT if(a, b, c), multi_if(a, 1, b, 2, 3), coalesce(a, b), null_if(a, 0), ifNull(a, b) FROM s
---
SELECT CAST('2020-01-01' AS datetime64(3)), CAST((1, 2) AS tuple(int8, string)), CAST([1] AS array(nullable(int64))), '{"a":1}'::json FROM s
---
SELECT 1 AS a, a + 1 AS b, b * 2 WHERE b > 1
---
SELECT * FROM system.tables WHERE database = current_database() FORMAT Vertical;
---
SELECT columns('^a'), t.columns('b'), * APPLY(x -> x + 1) APPLY to_string FROM t
---
SELECT * EXCEPT (a) REPLACE (b AS c) APPLY (sum) FROM t
---
SELECT sum_map(map('a', 1)), map('x', 1)['x'], map_keys(m) FROM s
---
SELECT dict_get('db.d', 'x', to_uint64(1)), dict_get_or_default('d', ('a', 'b'), 1, (0, '')), dict_has(d, 1) FROM s
---
SELECT * FROM s WHERE a IN (1, 2, 3) AND b NOT IN ('x') AND c IN [1, 2] AND d IN tuple(1, 2)
---
SELECT * FROM s WHERE match(a, '^\\d+$') AND a REGEXP 'x' AND a NOT REGEXP 'y'
---
SELECT * FROM s WHERE ts BETWEEN now() - 1h AND now() AND x BETWEEN -1 AND +1
---
SELECT * FROM s WHERE _tp_time >= '2023-01-01 00:00:00' and _tp_time < to_datetime('2023-01-02')
---
SELECT date_diff('second', a, b), dateDiff(second, a, b), date_add(second, 5, ts), timestamp_diff(minute, a, b), to_start_of_interval(ts, INTERVAL 5 minute), ts + 5s, ts - INTERVAL 1 WEEK FROM s
---
SELECT formatReadableSize(1), `count`(), "sum"(x) FROM s
---
-- leading comment
SELECT /* inner /* nested */ */ 1 -- trailing
---
# hash comment
SELECT 1
---
SELECT 1 SETTINGS max_threads = 1, query_mode = 'table' FORMAT CSVWithNames
---
WITH cte AS (SELECT * FROM s), cte2 AS (SELECT * FROM cte JOIN t USING (id)) SELECT * FROM cte2 EMIT PERIODIC 2s
---
WITH (SELECT count() FROM t) AS n SELECT n, a FROM s
---
WITH 5 AS x, 'a' AS y, [1,2] AS z, now() AS t SELECT x, y, z, t
---
WITH tumble(s, 5s) AS w SELECT 1
---
SELECT a FROM s GROUP BY a WITH TOTALS ORDER BY a LIMIT 10
---
SELECT a, grouping(a) FROM s GROUP BY CUBE (a, b)
---
SELECT count() FROM s GROUP BY 1, 2 ORDER BY 1 DESC, 2
---
SELECT * FROM s LIMIT 10 OFFSET 5
---
SELECT * FROM s LIMIT 5, 10
---
SELECT * FROM s LIMIT {n:uint32}
---
SELECT * FROM default.`a-b`.c
---
SELECT * FROM a AS x LEFT JOIN b AS y ON x.id = y.id AND x.ts BETWEEN y.ts - 5s AND y.ts + 5s RIGHT OUTER JOIN c USING id FULL OUTER JOIN d ON d.k = x.k
---
SELECT * FROM a ALL INNER JOIN b ON a.x = b.x ANY RIGHT JOIN c ON c.y = a.y LEFT ASOF JOIN d ON a.i = d.i AND a.t < d.t
---
SELECT * FROM (a JOIN b ON a.x = b.x) JOIN c ON TRUE
---
SELECT * FROM s1 AS a LATEST JOIN s2 AS b ON a.k = b.k
---
SELECT * FROM s ANY LATEST JOIN t USING (k)
---
SELECT * FROM versioned_kv(s, id), t
---
SELECT * FROM view(SELECT 1), url('x')
---
SELECT * FROM v(p = 1, q = 'x')
---
SELECT * FROM db.v(a = 5)
---
SELECT * FROM system.numbers LIMIT 5
---
SELECT * FROM table(db.s) SETTINGS enable_backfill_from_historical_store = false
---
SELECT * FROM s EMIT AFTER WINDOW CLOSE WITH DELAY INTERVAL 2 SECOND AND TIMEOUT INTERVAL 5 SECOND
---
SELECT count() FROM session(s, 5s, 1m, start_with = x > 1, end_with = y < 2) GROUP BY window_start
---
SELECT count() FROM session(s, INTERVAL 5 SECOND, INTERVAL 1 MINUTE, [x > 1, y < 2]) PARTITION BY id GROUP BY window_start, window_end
---
SELECT count() FROM hop(table(s), 1s, 5s) GROUP BY window_end EMIT ON UPDATE WITH BATCH 1s
---
SELECT a, b FROM s ORDER BY a ASC LIMIT 2 BY b
---
SELECT group_array(a)[1], group_uniq_array(10)(a), quantiles(0.5, 0.9)(x)[1], arg_max(a, b), any_last(x), count_if(x > 1), avg_if(x, y) FROM s
---
SELECT sum(x) FILTER (WHERE y) OVER (PARTITION BY z) FROM s
---
SELECT func(x).name, func(x).1, (SELECT 1).1 FROM s
---
SELECT a:b.c::string, a:b[0]:c FROM s
---
SELECT {'a': 1}, {'k': [1,2], 'z': {'n': 1}}
---
SELECT @@version, @x
---
SELECT 1e5, 1E-5, 0xDEADbeef, 1_000.5, 1., .5e3, -0.0, 18446744073709551615, 0b11
---
SELECT '\n\t\\\'\x41', 'üñí', '日本', ''
---
SELECT DISTINCT a FROM s
---
SELECT ALL a FROM s
---
SELECT a FROM s UNION SELECT b FROM t UNION ALL SELECT c FROM u
---
SELECT * FROM (SELECT 1 UNION ALL SELECT 2) AS x
---
((SELECT 1))
---
(SELECT 1) UNION ALL ((SELECT 2) INTERSECT (SELECT 3))
---
SELECT 1 UNION ALL (SELECT 2 ORDER BY 1 LIMIT 1)
---
SELECT EXISTS(SELECT * FROM s WHERE a = 1)
---
SELECT * FROM s WHERE NOT EXISTS(SELECT 1)
---
SELECT date, time, year, type, name, key, value, index, format, level, status, user, mode, comment, source, target, data, timestamp, database, engine, disk, role, task, input, alert, limit_x FROM s
---
SELECT s.date, t.order_id, s.`group`, s.`order` FROM s
---
SELECT first, last, min, max, count, any, all_x, left_x, interval, end_time, start FROM s
---
SELECT trim(a), trim(LEADING 'x' FROM a), substring(a, 1, 2), substr(a, 2), position(a, 'x'), mod(a, 2), extract(a, 'x')
---
SELECT to_type_name(1), is_null(a), assume_not_null(a), a.null, a.size0 FROM s
---
SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM s
---
SELECT sum(a) OVER w, exclude FROM s WINDOW w AS (ORDER BY b ROWS UNBOUNDED PRECEDING EXCLUDE NO OTHERS)
