-- The decision in words, one row a customer of the segment. A consent without a date has words of its own.
create or replace temp table gate_why as
select
    d.customer_id,
    d.step_no,
    d.code,
    replace(replace(replace(r.words, '{detail}', coalesce(d.detail, '?')), '{country}',
        coalesce(k.name, '')), '{law}', coalesce(c.law, '')) as reason
from gate_decision as d
inner join gate_reason as r
    on r.code = d.code || case when d.code in ('consent', 'expired') and d.detail is null then '_undated' else '' end
left join gate_choice as c on c.customer_id = d.customer_id
left join gate_country as k on k.country = d.rule_country
