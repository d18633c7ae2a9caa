"""The one rule by which ids are carried over from run to run: for customers, and for households.

Members (records, customers) come in groups; each member may hold an id from before.
"""

import duckdb


def carry_ids(con: duckdb.DuckDBPyConnection, groups: str, held: str, former: str, living: str, highest: int) -> None:
    """Write temp table carried_id (group_id, id, is_new, is_back): one row a group of `groups`.

    groups: query of member, group_id        the groups as they are now
    held:   query of member, id, is_native   the id a member holds; not native when it came by a merge
    former: query of member, id, age         ids that a member held before that, the latest with age 1
    living: query of id                      ids of others, which stay theirs

    A group keeps the id that most of its members hold, the oldest on a tie. When an id's members part, it stays where
    most of its native members are, then where most are. A group left without an id gets the former id of its members
    back, if nobody has it; so an undone merge gives both their ids again. All others draw new ones above `highest`, in
    the order of their smallest member.
    """
    con.execute(f"create or replace temp table carry_group as {groups}")
    con.execute(f"""
        create or replace temp table held_id as
        select g.group_id, h.id, count(*) as members, sum(case when h.is_native then 1 else 0 end) as natives
        from carry_group as g
        inner join ({held}) as h on h.member = g.member
        group by g.group_id, h.id""")
    con.execute("""
        create or replace temp table kept_id as
        with home as (
            select group_id, id, members,
                row_number() over (partition by id order by natives desc, members desc, group_id) as place
            from held_id
        ),
        ranked as (
            select group_id, id, row_number() over (partition by group_id order by members desc, id) as place
            from home
            where place = 1
        )
        select group_id, id from ranked where place = 1""")
    con.execute(f"""
        create or replace temp table given_back as
        with free as (
            select f.member, f.id, f.age
            from ({former}) as f
            left join kept_id as k on k.id = f.id
            left join ({living}) as o on o.id = f.id
            where k.id is null and o.id is null
        ),
        overlap as (
            select g.group_id, f.id, min(f.age) as age, count(distinct g.member) as members
            from carry_group as g
            inner join free as f on f.member = g.member
            left join kept_id as k on k.group_id = g.group_id
            where k.group_id is null
            group by g.group_id, f.id
        ),
        home as (
            select group_id, id, age, members,
                row_number() over (partition by id order by age, members desc, group_id) as place
            from overlap
        ),
        ranked as (
            select group_id, id, row_number() over (partition by group_id order by age, members desc, id) as place
            from home
            where place = 1
        )
        select group_id, id from ranked where place = 1""")
    con.execute(f"""
        create or replace temp table carried_id as
        with fresh as (
            select g.group_id, row_number() over (order by min(g.member)) as number
            from carry_group as g
            left join kept_id as k on k.group_id = g.group_id
            left join given_back as b on b.group_id = g.group_id
            where k.group_id is null and b.group_id is null
            group by g.group_id
        )
        select group_id, id, false as is_new, false as is_back from kept_id
        union all
        -- One that its members hold until now was kept, if only by the second best.
        select b.group_id, b.id, false as is_new, h.id is null as is_back
        from given_back as b
        left join held_id as h on h.group_id = b.group_id and h.id = b.id
        union all
        select group_id, {highest} + number as id, true as is_new, false as is_back from fresh""")
