{# With var consent_cutoff, a condition that keeps readings taken at or after the consent date; otherwise always true. #}
{% macro within_consent(reading_time, consent_date) -%}
  {%- if var('consent_cutoff') -%}
    {{ reading_time }} >= {{ consent_date }}
  {%- else -%}
    true
  {%- endif -%}
{%- endmacro %}
