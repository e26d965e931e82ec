-- A query
SELECT a.id, COUNT(*) AS n, 'it''s' AS "Quoted" FROM actors a LEFT JOIN briefs b ON a.id = b.actor_id
WHERE b.date >= '2025-02-27' AND NOT a.draft IS NULL GROUP BY a.id HAVING n > 3 ORDER BY n DESC LIMIT 10;
/* block */ CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x', price DECIMAL(10, 2));
INSERT INTO t VALUES (1, 'ſ', 2.5); UPDATE t SET name = UPPER(name) WHERE id IN (1, 2); DROP TABLE t;
