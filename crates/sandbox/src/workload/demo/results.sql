-- What the materialized views have written so far.

INSERT INTO market.large_trades (trade_id, symbol, notional, _tp_time)
SELECT trade_id, symbol, value, _tp_time FROM table(market.v_notional) WHERE value > 60000;

INSERT INTO market.trade_values (symbol, venue, value, _tp_time)
SELECT symbol, to_string(venue), value, _tp_time FROM table(market.v_notional) WHERE value > 75000;

INSERT INTO fleet.speeding (vehicle, speed_mph, _tp_time)
SELECT vehicle, speed_mph, _tp_time FROM table(fleet.v_mph) WHERE speed_mph > 85;

INSERT INTO ledger.large_adjustments (account, amount, _tp_time)
SELECT account, amount, _tp_time FROM table(ledger.adjustments) WHERE amount > 9000;
