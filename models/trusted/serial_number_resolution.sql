-- Who owns each device? Fulfilment's serial numbers are wrong, so the owner is found through the accelerometer: the user
-- whose accelerometer timestamps cover the largest share of the device's readings. All landing users compete, because a
-- device of a customer who did not consent must not fall to one who did; only then are consenting owners kept.
with device_readings as (
    select
        serialnumber,
        sensorreadingtime,
        count(*) as readings
    from {{ ref('step_trainer_landing') }}
    where serialnumber is not null
    group by serialnumber, sensorreadingtime
),

devices as (
    select
        serialnumber,
        cast(sum(readings) as bigint) as device_readings
    from device_readings
    group by serialnumber
),

user_timestamps as (
    select distinct
        "user",
        "timestamp"
    from {{ ref('accelerometer_landing') }}
    where "user" is not null
),

candidates as (
    select
        device_readings.serialnumber,
        user_timestamps."user" as email,
        cast(sum(device_readings.readings) as bigint) as matched_readings
    from device_readings
    inner join user_timestamps
        on user_timestamps."timestamp" = device_readings.sensorreadingtime
    group by device_readings.serialnumber, user_timestamps."user"
),

ranked as (
    select
        candidates.serialnumber,
        candidates.email,
        candidates.matched_readings,
        devices.device_readings,
        cast(candidates.matched_readings as double) / devices.device_readings as coverage,
        coalesce(
            cast(
                lead(candidates.matched_readings) over (
                    partition by candidates.serialnumber
                    order by candidates.matched_readings desc, candidates.email
                ) as double
            ) / devices.device_readings,
            0e0
        ) as runner_up_coverage,
        row_number() over (
            partition by candidates.serialnumber
            order by candidates.matched_readings desc, candidates.email
        ) as place
    from candidates
    inner join devices
        on candidates.serialnumber = devices.serialnumber
)

select
    ranked.serialnumber,
    ranked.email,
    ranked.matched_readings,
    ranked.device_readings,
    ranked.coverage,
    ranked.runner_up_coverage
from ranked
inner join {{ ref('customer_trusted') }} as customer
    on ranked.email = customer.email
where ranked.place = 1
    and ranked.coverage >= {{ var('min_resolution_coverage') }}
    and ranked.coverage > ranked.runner_up_coverage
