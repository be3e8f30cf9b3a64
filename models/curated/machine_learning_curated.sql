-- Each step reading with its owner's accelerometer readings at the same timestamp. No e-mail, name or other personal column.
{% if var('match_readings_by') not in ['owner', 'timestamp'] %}
    {{ exceptions.raise_compiler_error("var match_readings_by must be 'owner' or 'timestamp', not '" ~ var('match_readings_by') ~ "'") }}
{% endif %}
select
    step.sensorreadingtime,
    step.serialnumber,
    step.distancefromobject,
    reading.x,
    reading.y,
    reading.z
from {{ ref('step_trainer_trusted') }} as step
{% if var('match_readings_by') == 'owner' %}
inner join {{ ref('serial_number_resolution') }} as device
    on step.serialnumber = device.serialnumber
inner join {{ ref('accelerometer_trusted') }} as reading
    on reading."timestamp" = step.sensorreadingtime
    and reading."user" = device.email
{% else %}
inner join {{ ref('accelerometer_trusted') }} as reading
    on reading."timestamp" = step.sensorreadingtime
{% endif %}
