-- Serial numbers are resolved via the accelerometer: each device has one owner, who by coverage is better than any other
-- user. Coverage is counted anew from the landing zone, without the model's ranking.
with step as (
    select
        serialnumber,
        sensorreadingtime
    from {{ ref('step_trainer_landing') }}
    where serialnumber is not null
),

moments as (
    select distinct
        "user" as email,
        "timestamp" as reading_time
    from {{ ref('accelerometer_landing') }}
),

matches as (
    select
        step.serialnumber,
        moments.email,
        count(*) as matched_readings
    from step
    inner join moments
        on moments.reading_time = step.sensorreadingtime
    group by step.serialnumber, moments.email
),

totals as (
    select
        serialnumber,
        count(*) as device_readings
    from step
    group by serialnumber
),

wrong_count as (
    select
        serialnumber,
        'more than one owner' as problem
    from {{ ref('serial_number_resolution') }}
    group by serialnumber
    having count(*) > 1
),

low_coverage as (
    select
        owner.serialnumber,
        'owner does not cover enough of the readings' as problem
    from {{ ref('serial_number_resolution') }} as owner
    left join matches
        on owner.serialnumber = matches.serialnumber
        and owner.email = matches.email
    left join totals
        on owner.serialnumber = totals.serialnumber
    where coalesce(cast(matches.matched_readings as double) / totals.device_readings, 0e0)
        < {{ var('min_resolution_coverage') }}
),

rivals as (
    select
        owner.serialnumber,
        'another user covers as many readings' as problem
    from {{ ref('serial_number_resolution') }} as owner
    inner join matches as own
        on owner.serialnumber = own.serialnumber
        and owner.email = own.email
    inner join matches as other
        on owner.serialnumber = other.serialnumber
        and owner.email <> other.email
    where other.matched_readings >= own.matched_readings
)

select serialnumber, problem from wrong_count
union all
select serialnumber, problem from low_coverage
union all
select serialnumber, problem from rivals
