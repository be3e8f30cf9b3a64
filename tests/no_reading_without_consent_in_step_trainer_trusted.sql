-- No step reading of a device whose owner did not consent, or is not known, reaches step_trainer_trusted.
select
    step.serialnumber,
    device.email,
    count(*) as readings
from {{ ref('step_trainer_trusted') }} as step
left join {{ ref('serial_number_resolution') }} as device
    on step.serialnumber = device.serialnumber
where device.email is null
    or device.email not in {{ consenting_customers() }}
group by step.serialnumber, device.email
